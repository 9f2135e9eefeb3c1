#!/usr/bin/env bats
# bin/activate.nu and what activate-print prints for Nushell: any name, any
# state before, and the same state after.

ACTIVATORS=all
load setup
load nu_path

# nu WHAT [HOW]: cells of the matrix; HOW the file is read.
nu()
{
	local nu
	nu=$(nu_path) || skip "no nu"
	READ=${2:-overlay use} matrix "$1" "$nu" -n
}

@test "every name, by overlay use" { nu names; }
@test "every name, by source" { nu names source; }
@test "what may be before and in between" { nu states; }
@test "the same, by source" { nu states source; }
@test "below other shells" { nu child; }
