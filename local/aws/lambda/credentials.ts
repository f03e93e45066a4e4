/**
 * Each function signs with an access key of its own, which spells its name: the local address can tell whose
 * role is calling without keeping a list.
 */
const PREFIX = 'LKIA';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Letters and digits only, as in a real key id: others would break the signature's header. */
export function accessKeyIdOf(functionName: string): string {
  let bits = '';
  for (const byte of Buffer.from(functionName)) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return PREFIX + groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

/** The function whose credentials these are; undefined for any others. */
export function functionNameOf(accessKeyId: string): string | undefined {
  if (!accessKeyId.startsWith(PREFIX)) return undefined;
  let bits = '';
  for (const letter of accessKeyId.slice(PREFIX.length)) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return undefined;
    bits += value.toString(2).padStart(5, '0');
  }
  const bytes = bits.match(/.{8}/g) ?? [];
  const name = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))).toString();
  // A key that only looks like one of ours does not come back as itself.
  return accessKeyIdOf(name) === accessKeyId ? name : undefined;
}
