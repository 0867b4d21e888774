package i18n

import (
	"maps"
	"slices"
)

// Keys lists the keys of all texts, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.texts)) }

// Placeholders lists the names in the text of a key, sorted, each once.
func (c *Catalogue) Placeholders(key string) []string {
	var names []string
	for _, p := range c.texts[key] {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Category is the plural category of a count.
func (c *Catalogue) Category(count int) string { return c.category(count) }
