/** Median of a list of numbers; the list is left as it is. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and range of the pairwise ratios a[i] / b[i]: pairs of one round saw the same machine. */
export function ratio(a, b) {
  const ratios = a.map((value, i) => value / b[i]);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
