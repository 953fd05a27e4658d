# What the change would do, and what AKS refuses of it: against HEAD, against where the branch left main, against what is there.
armplan plan main.json -p prod.parameters.json
armplan plan main.json -p prod.parameters.json --base main...
az aks show -g rg -n aks1 | armplan plan main.json -p prod.parameters.json --live -
# All templates of the folder as they are; where a value comes from; what a rule says.
armplan check
armplan why main.json -p prod.parameters.json user1 vmSize
armplan explain aks-pool-vm-size-change
# Completions for this shell; bash, elvish, powershell and zsh as well.
armplan completions fish > armplan.fish
