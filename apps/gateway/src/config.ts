import { Command, InvalidArgumentError, Option } from 'commander';

/** How the demo is to run; from the command line, else from the environment. */
export interface DemoConfig {
  readonly url: string;
  readonly key: string;
  readonly seconds: number;
  readonly seed: number;
  readonly json: boolean;
}

const secondsMax = 600;
const seedMax = 2 ** 31 - 1;

/** Ends the process when the arguments cannot be used, with the reason on stderr and the code 2. */
export function readConfig(args: readonly string[]): DemoConfig {
  const program = new Command('gateway')
    .description('Sends a ledger the traffic of a verification gateway, and checks what it charged for it.')
    .addOption(new Option('--url <url>', 'where the ledger is').env('HOLDFAST_URL').default('http://127.0.0.1:3000'))
    .addOption(
      new Option('--key <key>', 'an API key with the scopes gateway and operator')
        .env('HOLDFAST_KEY')
        .makeOptionMandatory(),
    )
    .option('--seconds <seconds>', 'no verification is begun later than this', wholeNumber(1, secondsMax), 20)
    .option('--seed <seed>', 'which verifications succeed', wholeNumber(0, seedMax), 1)
    .option('--json', 'report as JSON', false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  return program.parse([...args]).opts<DemoConfig>();
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,10}$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a whole number from ${String(least)} to ${String(most)}.`);
  };
}
