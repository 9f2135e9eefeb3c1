#!/usr/bin/env bats
# What activate-print prints for elvish: any name, any state before, and the
# same state after.

load setup

@test "every name" { matrix names elvish -norc; }
@test "what may be before and in between" { matrix states elvish -norc; }
@test "below other shells" { matrix child elvish -norc; }
