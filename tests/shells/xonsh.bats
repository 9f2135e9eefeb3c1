#!/usr/bin/env bats
# bin/activate.xsh and what activate-print prints, in xonsh: any name, any
# state before, and the same state after.

ACTIVATORS=all
load setup

@test "every name" { matrix names xonsh --no-rc; }
@test "what may be before and in between" { matrix states xonsh --no-rc; }
@test "below other shells" { matrix child xonsh --no-rc; }
