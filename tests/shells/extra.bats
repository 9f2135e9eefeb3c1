#!/usr/bin/env bats
# The shells that make check has not.

@test "PowerShell" {
	skip "neither Debian nor npm has it; make shells-extra parses its code"
}

@test "cmd" {
	skip "make shells-extra runs it, in wine"
}
