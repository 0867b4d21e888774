// Package textlayout breaks text into lines and shortens it to a width. It draws nothing and knows no widgets: the width of a
// text comes from a function.
//
// The work grows with the length of the text and no faster, whatever the text is: a word of any length, emoji, combining marks,
// any script. A [Wrapper] gives line after line, so that only the lines that are shown have to be laid out.
//
// Lines end where the Unicode line breaking algorithm allows it (UAX #14) and, inside a word that is wider than a line, between
// two user-perceived characters (UAX #29).
package textlayout
