// Command program stands for the program in tests of bundles.
package main

func main() {}
