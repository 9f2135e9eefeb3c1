# usage: zsh -f ask.zsh DIR LINE
# Types LINE into a zsh that has the completions in DIR and prints what it offers
# there, each ended by a NUL. Every match goes through compadd.
zmodload zsh/zpty
export OUT=$(mktemp)
zpty terminal 'TERM=dumb PS1= zsh -f -i'
zpty -w terminal "fpath=( ${(q)1} \$fpath ); autoload -Uz compinit; compinit -D -u"
zpty -w terminal 'compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-[OAD]* ]]; then
    local -a hits
    builtin compadd -O hits "$@"
    (( $#hits == 0 )) || printf "%s\0" ${(Q)hits} >>$OUT
  fi
  builtin compadd "$@"
}
deactivate() { touch CANARY } # as an activation leaves it
offers() { _main_complete; compstate[list]= compstate[insert]=; }
zle -C offers list-choices offers
ask() { zle offers; exit; }
zle -N ask; bindkey "^T" ask; echo REA""DY'
zpty -r -m terminal seen '*READY*'
: >$OUT
zpty -w -n terminal "$2"$'\x14'
while zpty -r terminal seen; do :; done
cat $OUT
rm $OUT
