import { parseArgs } from 'node:util';

/** Stands in for curl on a machine that has none, with the options that README uses. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd' },
    silent: { type: 'boolean', short: 's' },
  },
});
const headers = new Headers();
// What curl itself says of a body.
if (values.data !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded');
for (const line of values.header ?? []) {
  const [name = '', ...value] = line.split(':');
  headers.set(name, value.join(':').trim());
}
const [url = ''] = positionals;
const response = await fetch(url, {
  method: values.request ?? (values.data === undefined ? 'GET' : 'POST'),
  headers,
  body: values.data ?? null,
});
process.stdout.write(await response.text());
