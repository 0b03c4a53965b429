// Nothing: what Node and its TypeScript loader cost alone.
export {};
