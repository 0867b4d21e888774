// Package settings reads the organisation's deployment file and stores the user's choices.
//
// The deployment file is discussions.toml: [FindDeployment] finds it, [LoadDeployment] reads it and reports mistakes with
// file, line and key. The user's choices are in settings.toml in the profile folder, read and written by [UserFile]. The
// policy of the deployment file always wins: [Policy.Content] and [Policy.Lock] combine the two.
package settings
