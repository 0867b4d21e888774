package settings

import (
	"fmt"
	"mime"
	"net/url"
	"strings"
)

const (
	maxFileMB  = 200 // a file is in memory as a whole while it is encrypted
	maxCacheMB = 100_000

	// maxList is how long policy.files.types and hosts may be in all, since they are kept in the system's keyring, whose entries are short.
	maxList = 1000

	typesExample = `["image/*", "application/pdf"]`
	hostsExample = `["files.example.org"]`
)

// short checks the length of the lists.
func (c *checker) short(key string, lists ...[]string) {
	n := 0
	for _, list := range lists {
		for _, one := range list {
			n += len(one) + len(`"",`)
		}
	}
	if n > maxList {
		c.add(key, ProblemLongList, FileError{})
	}
}

// megabytes checks a number from 1 to most.
func (c *checker) megabytes(key string, value *int, otherwise, most int) int {
	if value == nil {
		return otherwise
	}
	if *value < 1 || *value > most {
		c.add(key, ProblemWrongType, FileError{Value: fmt.Sprint(*value), Want: fmt.Sprint(otherwise)})
		return otherwise
	}
	return *value
}

// mediaTypes checks a list of types, "image/*" for all of a kind. An empty list is as absent.
func (c *checker) mediaTypes(key string, list []string) []string {
	if len(list) == 0 {
		return nil
	}
	for _, t := range list {
		parsed, parameters, err := mime.ParseMediaType(strings.Replace(t, "/*", "/all", 1))
		if err != nil || len(parameters) > 0 || strings.Count(parsed, "/") != 1 || strings.HasPrefix(t, "/") {
			c.add(key, ProblemWrongType, FileError{Value: t, Want: typesExample})
		}
	}
	return list
}

// hosts checks a list of hosts, each with or without a port.
func (c *checker) hosts(key string, list []string) []string {
	for _, host := range list {
		u, err := url.Parse("https://" + host)
		if err != nil || u.Host != host || !validHost(u) || strings.ContainsAny(host, `"\<>`) {
			c.add(key, ProblemWrongType, FileError{Value: host, Want: hostsExample})
		}
	}
	return list
}
