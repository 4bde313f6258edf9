/** Works on the elements of a stream, at most `atOnce` side by side, and gives the results in the order of the elements. */
export async function* mapInOrder<A, B>(
  elements: AsyncIterable<A>,
  atOnce: number,
  work: (element: A) => Promise<B>,
): AsyncGenerator<B> {
  const underWay: Promise<B>[] = [];
  for await (const element of elements) {
    const result = work(element);
    // It is awaited in its turn; until then its failure is nobody's surprise.
    result.catch(() => {});
    underWay.push(result);
    if (underWay.length >= atOnce) yield await (underWay.shift() as Promise<B>);
  }
  for (const result of underWay) yield await result;
}
