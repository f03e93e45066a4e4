/** What each shell runs to complete a word: it asks the command with `--complete`, and shows what that prints. */
export const COMPLETION_SCRIPTS = {
  bash: String.raw`# image-versions: completion for bash. In ~/.bashrc:  source <(image-versions completion bash)
_image_versions() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ':files' ]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
      return
    fi
    COMPREPLY+=("$(printf %q "\${line%%$'\t'*}")")
  done < <(image-versions --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _image_versions image-versions
`.replaceAll('\\$', '$'),
  zsh: String.raw`#compdef image-versions
# image-versions: completion for zsh. In ~/.zshrc:  source <(image-versions completion zsh)
_image_versions() {
  local line
  local -a lines found
  lines=("\${(@f)$(image-versions --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $lines[1] == ':files' ]]; then
    _files
    return
  fi
  for line in $lines; do
    found+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}")
  done
  (( $#found )) && _describe 'image-versions' found
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _image_versions image-versions
`.replaceAll('\\$', '$'),
  fish: String.raw`# image-versions: completion for fish. Once:  image-versions completion fish > ~/.config/fish/completions/image-versions.fish
function __image_versions_complete
    set -l words (commandline -opc)
    set -l found (image-versions --complete $words[2..-1] (commandline -ct) 2>/dev/null)
    if test "$found[1]" = ':files'
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $found
    end
end
complete -c image-versions -f -a '(__image_versions_complete)'
`,
} as const;

export type Shell = keyof typeof COMPLETION_SCRIPTS;
