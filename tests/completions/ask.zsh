# usage: zsh -f ask.zsh DIR LINE OUT
# Types LINE into a zsh that has the completions in DIR and writes what it offers
# there into the file OUT, each ended by a NUL. Every match goes through compadd.
zmodload zsh/zpty
export OUT=$3
zpty terminal 'TERM=dumb PS1= zsh -f -i'
zpty -w terminal "fpath=( ${(q)1} \$fpath ); autoload -Uz compinit; compinit -D -u"
zpty -w terminal 'compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-[OAD]* ]]; then
    local -a hits
    builtin compadd -O hits "$@"
    (( $#hits == 0 )) || printf "%s\0" $hits >>$OUT
  fi
  builtin compadd "$@"
}
deactivate() { touch CANARY } # as an activation leaves it
ask() { zle list-choices; exit; }
zle -N ask; bindkey "^T" ask; echo REA""DY'
zpty -r -m terminal seen '*READY*'
: >$OUT
zpty -w -n terminal "$2"$'\x14'
while zpty -r terminal seen; do :; done
