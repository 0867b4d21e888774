//go:build unix && !linux && !darwin

package process

func harden() (errs []error) {
	if err := noCore(); err != nil {
		errs = append(errs, err)
	}
	return errs
}
