/** Of routes whose bodies are read by functions, which say what is wrong better than a schema does. */
export const readByHand = { validatorCompiler: () => (value: unknown) => ({ value }) };
