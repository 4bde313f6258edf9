/** Distinct values of an attribute that are kept: more of them hardly ever return. */
const mostKept = 1000;

/**
 * The same function, which does its work once for each value that returns: most attributes have few values in thousands of
 * images. Values are told apart by identity, so lists that are made anew each time are worked on each time.
 *
 * What has more than 1,000 values is an attribute of its own for each image, or nearly: only its last result is kept then.
 */
export function rememberResults<Value, Result>(
  work: (value: Value) => Result,
): (value: Value) => Result {
  let kept: Map<Value, Result> | undefined = new Map();
  let last: { readonly value: Value; readonly result: Result } | undefined;
  return (value) => {
    // -0 would be the key of 0, which a file has otherwise.
    if (Object.is(value, -0)) return work(value);
    if (last !== undefined && last.value === value) return last.result;
    const known = kept?.get(value);
    const result = known ?? work(value);
    if (known === undefined && kept !== undefined) {
      if (kept.size < mostKept) kept.set(value, result);
      else kept = undefined;
    }
    last = { value, result };
    return result;
  };
}
