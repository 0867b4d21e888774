// Package settings reads what the organisation decided and keeps what the user chose.
//
// The organisation's part is the deployment file, discussions.toml: [FindDeployment] finds it, [LoadDeployment] reads it
// and refuses, with file, line and key, whatever it does not understand. The user's part is settings.toml in the profile
// folder, read and written by [UserFile]. The policy of the deployment file always wins: [Policy.Content] and
// [Policy.Lock] say what holds for a user.
package settings
