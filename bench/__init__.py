"""The driver of `./dev bench --suites`, `--quick` and `--full`: runs, tables and pictures."""
