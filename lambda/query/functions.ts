/**
 * The functions that a statement may call: those that make a value of values and do nothing else. Whatever else this
 * SQLite or a later one brings is refused, since much of it works on memory or on tables of its own: the functions of
 * full text search take pointers to code.
 */
export const FUNCTIONS: readonly string[] = [
  // What operators call.
  ...['like', 'glob', '->', '->>'],
  // Texts, bytes and values.
  ...['char', 'concat', 'concat_ws', 'format', 'hex', 'instr', 'length', 'lower', 'ltrim', 'octet_length'],
  ...['printf', 'quote', 'replace', 'rtrim', 'substr', 'substring', 'trim', 'unhex', 'unicode', 'unistr'],
  ...['unistr_quote', 'upper', 'zeroblob'],
  ...['coalesce', 'if', 'ifnull', 'iif', 'nullif', 'typeof', 'likelihood', 'likely', 'unlikely'],
  ...['random', 'randomblob', 'sqlite_version'],
  // Numbers.
  ...['abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'ceil', 'ceiling', 'cos', 'cosh'],
  ...[
    'degrees',
    'exp',
    'floor',
    'ln',
    'log',
    'log10',
    'log2',
    'mod',
    'pi',
    'pow',
    'power',
    'radians',
    'round',
  ],
  ...['sign', 'sin', 'sinh', 'sqrt', 'tan', 'tanh', 'trunc'],
  // Dates and times.
  ...[
    'current_date',
    'current_time',
    'current_timestamp',
    'date',
    'datetime',
    'julianday',
    'strftime',
    'time',
  ],
  ...['timediff', 'unixepoch'],
  // JSON.
  ...['json', 'json_array', 'json_array_insert', 'json_array_length', 'json_error_position', 'json_extract'],
  ...['json_insert', 'json_object', 'json_patch', 'json_pretty', 'json_quote', 'json_remove', 'json_replace'],
  ...['json_set', 'json_type', 'json_valid', 'jsonb', 'jsonb_array', 'jsonb_array_insert', 'jsonb_extract'],
  ...['jsonb_insert', 'jsonb_object', 'jsonb_patch', 'jsonb_remove', 'jsonb_replace', 'jsonb_set'],
  // Of many rows.
  ...['avg', 'count', 'group_concat', 'json_group_array', 'json_group_object', 'jsonb_group_array'],
  ...['jsonb_group_object', 'max', 'median', 'min', 'percentile', 'percentile_cont', 'percentile_disc'],
  ...['string_agg', 'sum', 'total'],
  // Over windows.
  ...['cume_dist', 'dense_rank', 'first_value', 'lag', 'last_value', 'lead', 'nth_value', 'ntile'],
  ...['percent_rank', 'rank', 'row_number'],
];
