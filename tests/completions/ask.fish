# usage: fish -N ask.fish DIR LINE
# Print what fish, with the completions in DIR, offers at the end of LINE, one a
# line.
set fish_complete_path $argv[1] $fish_complete_path
function deactivate # as an activation leaves it
    touch CANARY
end
complete --do-complete=$argv[2]
true
