// Which addresses are public: every form of a private one that is known to have slipped through somewhere.

import { describe, expect, it } from 'vitest';
import { isSameAddress, refusal } from '../../src/net/address.ts';

const refused = `
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.64.0.1 100.100.100.200 100.127.255.255
127.0.0.0 127.0.0.1 127.0.0.53 127.1.2.3 127.255.255.255 168.63.129.16 169.254.0.0 169.254.0.23 169.254.169.254
169.254.170.2 169.254.255.255 172.16.0.0 172.16.0.1 172.17.0.1 172.31.255.255 192.0.0.0 192.0.0.8 192.0.0.170
192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.0 192.168.0.1 192.168.1.1 192.168.255.255
192.175.48.1 198.18.0.0 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.0 203.0.113.255 224.0.0.1 224.0.0.251
239.255.255.255 240.0.0.1 254.0.0.1 255.255.255.255
:: ::1 0:0:0:0:0:0:0:1 ::2 ::127.0.0.1 ::7f00:1 ::10.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:0:127.0.0.1
::ffff:0:7f00:1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe ::ffff:169.254.169.254 0:0:0:0:0:ffff:127.0.0.1
64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::8.8.8.8 64:ff9b:1::1 64:ff9b:1:7f00:1:: 100::1 100:0:0:1::1
2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 2001:db8:ffff::1 2002::1
2002:7f00:1:: 2002:a00:1:: 2002:808:808:: 2620:4f:8000::1 3fff::1 3fff:fff:ffff::1
4000::1 5f00::1 6000::1 8000::1 c000::1 e000::1 f000::1 f800::1 fc00::1 fc00:: fd00::1 fd00:ec2::254 fd20:ce::254
fdff:ffff::1 fe80::1 fe80::a9fe:a9fe fe80::1%lo fe80::1%1 febf::1 fec0::1 feff::1 ff00::1 ff02::1 ff0e::1
ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2606:4700:4700::1111%lo 2606:4700:4700::1111%25eth0
`
  .trim()
  .split(/\s+/);

const unreadable = [
  '',
  ' ',
  'localhost',
  'example.com',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '8.8.8.8.',
  '8.8.8.8 ',
  '8.8.8.08',
  '8.8.8.8/32',
  '8.8.8',
  '1.2.3.4.5',
  '256.1.1.1',
  '[2606:4700:4700::1111]',
  '2606:4700:4700::1111::',
  ':::',
  '８.8.8.8',
  '1.1.1.1\n',
];

const allowed = `
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 168.63.129.15 168.63.129.17
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.1 192.0.3.1 192.167.255.255 192.169.0.0 198.17.255.255
198.20.0.0 203.0.112.1 203.0.114.1 223.255.255.254 93.184.216.34
2001:200::1 2001:4860:4860::8888 2003::1 2400:cb00::1 2606:4700:4700::1111 2620:4f:7fff::1 2620:4f:8001::1 2a00:1450::1
::ffff:8.8.8.8 ::ffff:808:808 3ffe::1 3fff:1000::1 2001:4860:4860:0:0:0:0:8888
`
  .trim()
  .split(/\s+/);

describe('refusal', () => {
  it('knows at least 100 forms of addresses that are not public', () => {
    expect(refused.length + unreadable.length).toBeGreaterThanOrEqual(100);
  });

  it.each(refused)('refuses %s', (address) => {
    expect(refusal(address)).toBeTypeOf('string');
  });

  it.each(unreadable)('refuses "%s", which is no plain address', (text) => {
    expect(refusal(text)).toBe('not an address');
  });

  it.each(allowed)('allows %s', (address) => {
    expect(refusal(address)).toBeUndefined();
  });

  it('refuses the addresses of this machine, public ones too', () => {
    const own = ['8.8.8.8', '2606:4700:4700:0:0:0:0:1111'];
    expect(refusal('8.8.8.8', own)).toBe('address of this machine');
    expect(refusal('2606:4700:4700::1111', own)).toBe('address of this machine');
    expect(refusal('8.8.4.4', own)).toBeUndefined();
  });
});

describe('isSameAddress', () => {
  it('compares addresses, not their spelling', () => {
    expect(isSameAddress('2001:DB8::1', '2001:db8:0:0:0:0:0:1')).toBe(true);
    expect(isSameAddress('127.0.0.1', '127.0.0.2')).toBe(false);
    expect(isSameAddress('127.0.0.1', '::ffff:127.0.0.1')).toBe(false);
    expect(isSameAddress('', '')).toBe(false);
  });
});
