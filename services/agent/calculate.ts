/**
 * The value of an expression of numbers, `+ - * / % ^` and parentheses, with the usual precedence: `-2^2` is -4, `2^3^2`
 * is 512. Throws an error that says what is wrong with it. Nothing of it is ever run as code.
 */
export function calculate(expression: string): number {
  const tokens = tokensOf(expression);
  const value = sum(tokens);
  if (tokens.length > 0) throw new Error(`"${tokens[0]}" is not expected here`);
  if (!Number.isFinite(value)) throw new Error("the result is not a number");
  return value;
}

// Each takes from the front of the tokens what belongs to it.
type Rule = (tokens: string[]) => number;
type Operation = (left: number, right: number) => number;

const add: Readonly<Record<string, Operation>> = { "+": (a, b) => a + b, "-": (a, b) => a - b };
const multiply: Readonly<Record<string, Operation>> = {
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

const sum: Rule = (tokens) => chain(tokens, product, add);
const product: Rule = (tokens) => chain(tokens, signed, multiply);

function chain(tokens: string[], part: Rule, operations: Readonly<Record<string, Operation>>): number {
  let value = part(tokens);
  for (;;) {
    const operation = operations[tokens[0] ?? ""];
    if (operation === undefined) return value;
    tokens.shift();
    value = operation(value, part(tokens));
  }
}

function signed(tokens: string[]): number {
  if (tokens[0] !== "-") return power(tokens);
  tokens.shift();
  return -signed(tokens);
}

function power(tokens: string[]): number {
  const base = atom(tokens);
  if (tokens[0] !== "^") return base;
  tokens.shift();
  return base ** signed(tokens);
}

function atom(tokens: string[]): number {
  const token = tokens.shift();
  if (token === undefined) throw new Error("the expression ends too early");
  if (token !== "(") return numberOf(token);
  const value = sum(tokens);
  if (tokens.shift() !== ")") throw new Error("a parenthesis is not closed");
  return value;
}

function numberOf(token: string): number {
  if (!/^[\d.]/.test(token)) throw new Error(`"${token}" is not expected here`);
  return Number(token);
}

function tokensOf(expression: string): string[] {
  const tokens = expression.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+|\S/gi) ?? [];
  const strange = tokens.find((token) => !/^[\d.]+(e[+-]?\d+)?$|^[-+*/%^()]$/i.test(token) || token === ".");
  if (strange !== undefined) throw new Error(`"${strange}" is neither a number nor one of + - * / % ^ ( )`);
  return tokens;
}
