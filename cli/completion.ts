import type { CommandSpec, Option } from './command.ts';
import { productCommands } from './commands/generic.ts';
import { COMMON } from './flags.ts';
import { refuseInput } from './refusal.ts';

/** What may follow words already typed: `''`, `ledger`, `act kettle.boil` … */
type Choices = ReadonlyMap<string, readonly string[]>;

const flagsOf = (options: readonly Option[]): readonly string[] =>
  options.map(({ flags }) => flags.split(' ')[0] ?? flags);

function choicesOf(commands: readonly CommandSpec[], kinds: readonly string[]): Choices {
  const choices = new Map<string, Set<string>>();
  const put = (after: string, words: readonly string[]): void => {
    const there = choices.get(after) ?? new Set();
    for (const word of words) there.add(word);
    choices.set(after, there);
  };
  for (const { name, options = [] } of commands) {
    const words = name.split(' ');
    words.forEach((word, i) => put(words.slice(0, i).join(' '), [word]));
    put(name, [...flagsOf(options), ...flagsOf(COMMON), '--help']);
  }
  put('get', kinds);
  put('completion', ['bash', 'zsh', 'fish']);
  return new Map([...choices].map(([after, words]) => [after, [...words].sort()]));
}

/** Names come from declarations and hold none of a shell's signs; anything else is left out rather than quoted. */
const isPlain = (word: string): boolean => /^[A-Za-z0-9._ -]*$/.test(word);
const cases = (choices: Choices, print: (after: string, words: string) => string): string =>
  [...choices]
    .filter(([after]) => isPlain(after))
    .map(([after, words]) => print(after, words.filter(isPlain).join(' ')))
    .join('\n');

const bash = (choices: Choices): string => `_countersign() {
  local word typed="" choices=""
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case "$typed" in *" "*) break ;; esac
    case "$typed" in
      ""|act|view|ledger|evidence|facts|token) typed="\${typed:+$typed }$word" ;;
    esac
  done
  case "$typed" in
${cases(choices, (after, words) => `    "${after}") choices="${words}" ;;`)}
  esac
  local found
  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}")
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then
    while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
  fi
}
complete -F _countersign countersign
`;

const zsh = (choices: Choices): string => `#compdef countersign
autoload -Uz bashcompinit && bashcompinit
${bash(choices)}`;

const fish = (choices: Choices): string => `function __countersign_typed
  set -l typed
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    test (count $typed) -ge 2; and break
    if test (count $typed) -eq 0; or contains -- $typed[1] act view ledger evidence facts token
      set -a typed $word
    end
  end
  string join ' ' $typed
end
complete -c countersign -f
${cases(choices, (after, words) => `complete -c countersign -n 'test (__countersign_typed) = "${after}"' -a '${words}'`)}
`;

const SHELLS: Readonly<Record<string, (choices: Choices) => string>> = { bash, zsh, fish };

/** @param commands all commands but the product's own, read when a script is made */
export const completionOf = (commands: () => readonly CommandSpec[]): CommandSpec => ({
  name: 'completion',
  says: 'Prints a script by which a shell completes commands, kinds, acts, views and flags.',
  args: [{ name: '<shell>', says: 'bash, zsh or fish' }],
  examples: [{ line: 'completion bash', says: 'to be sourced, as from ~/.bashrc' }],
  async run(context, given) {
    const [shell = ''] = given.args;
    const print = SHELLS[shell];
    if (print === undefined)
      throw refuseInput('usage', { says: `There is no completion for “${shell}”: ${Object.keys(SHELLS).join(', ')}.` });
    const product = await context.product();
    const script = print(choicesOf([...commands(), ...productCommands(product)], [...product.records.keys()]));
    return { json: { shell, script }, text: script.trimEnd() };
  },
});
