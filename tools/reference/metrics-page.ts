// docs/reference/metrics.md: what GET /metrics tells.

import { code, page, table } from './markdown.ts';

export type DescribedMetric = { name: string; type: string; help: string; labels: readonly string[] };

const introduction = 'Figures of one process, as Prometheus text under `GET /metrics`.';

export function metricsPage(metrics: readonly DescribedMetric[]): string {
  const rows = [...metrics]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(metric => [code(metric.name), metric.type, metric.labels.map(code).join(', '), metric.help]);
  return page('Metrics', introduction, [table(['Name', 'Type', 'Labels', 'Meaning'], rows)]);
}
