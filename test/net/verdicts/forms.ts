// Verdicts on hosts in unusual forms: numbers, short addresses, other alphabets' digits, dots, codings and names.

/** One a line: what is asked for | what comes of it | why. `\\u` stands for a character that nobody would see. */
export const formVerdicts = `
2130706433 | refused: loopback | one decimal number
0x7f000001 | refused: loopback | one hexadecimal number
0X7F000001 | refused: loopback | one hexadecimal number, in capitals
017700000001 | refused: loopback | one octal number
0 | refused: this network | one number
1 | refused: this network | one number
0x | refused: this network | an empty hexadecimal number is 0
4294967295 | refused: reserved | the last number
4294967296 | error-not-a-link | one too many
0x100000000 | error-not-a-link | one too many
134744072 | → 8.8.8.8 | one decimal number, public
0x08080808 | → 8.8.8.8 | one hexadecimal number, public
127.1 | refused: loopback | two parts
127.0.1 | refused: loopback | three parts
127.65535 | refused: loopback | two parts, the last of 24 bits
127.16777216 | error-not-a-link | the last part is too large
10.1 | refused: private | two parts
192.168.257 | refused: private | three parts, the last of 16 bits
169.16689662 | refused: link-local | metadata in two parts
2852039166 | refused: link-local | metadata in one number
0xa9fea9fe | refused: link-local | metadata in one hexadecimal number
0251.0376.0251.0376 | refused: link-local | metadata in octal
0xa9.0xfe.0xa9.0xfe | refused: link-local | metadata in hexadecimal
0177.0.0.1 | refused: loopback | octal
00000177.0.0.1 | refused: loopback | octal with more zeros
0x7f.0.0.1 | refused: loopback | hexadecimal
0x7f.1 | refused: loopback | hexadecimal and short
0177.0x0.0.1 | refused: loopback | mixed bases
0x7F.0x0.0x0.0x1 | refused: loopback | hexadecimal in capitals
127.0.0.0x1 | refused: loopback | mixed bases
127.000.000.001 | refused: loopback | zeros in front
010.8.8.8 | → 8.8.8.8 | octal 10 is 8: public
8.010.8.8 | → 8.8.8.8 | octal 10 is 8: public
012.0.0.1 | refused: private | octal 12 is 10
08.8.8.8 | error-not-a-link | 8 is no octal digit
127.0.0.08 | error-not-a-link | 8 is no octal digit
1.2.3.4.5 | error-not-a-link | five parts
256.1.1.1 | error-not-a-link | a part is too large
127.0.0.256 | error-not-a-link | a part is too large
127.0.0.1. | refused: loopback | the dot of the root
127.1. | refused: loopback | short, with the dot of the root
2130706433. | refused: loopback | a number with the dot of the root
8.8.8.8. | → 8.8.8.8 | public with the dot of the root
127.0.0.1.. | error-unknown-host | two dots at the end: a name like any other
127..0.0.1 | error-not-a-link | an empty part
.127.0.0.1 | error-not-a-link | an empty part in front
foo.127 | error-not-a-link | a number at the end makes it an address
foo.0x7f | error-not-a-link | a number at the end makes it an address
foo.0x | error-not-a-link | a number at the end makes it an address
１２７.０.０.１ | refused: loopback | full-width digits
127．0．0．1 | refused: loopback | full-width dots
127。0。0。1 | refused: loopback | ideographic dots
127｡0｡0｡1 | refused: loopback | half-width ideographic dots
①②⑦.⓪.⓪.① | refused: loopback | circled digits
①⑥⑨.②⑤④.①⑥⑨.②⑤④ | refused: link-local | metadata in circled digits
𝟏𝟐𝟕.𝟎.𝟎.𝟏 | refused: loopback | mathematical digits
¹²⁷.⁰.⁰.¹ | refused: loopback | superscript digits
₁₂₇.₀.₀.₁ | refused: loopback | subscript digits
０ｘ７ｆ.1 | refused: loopback | full-width hexadecimal
０１７７.0.0.1 | refused: loopback | full-width octal
⑩.0.0.1 | refused: private | a circled ten
١٢٧.٠.٠.١ | error-not-a-link | Arabic digits are letters here, and a name may not mix them so
१२७.०.०.१ | error-unknown-host | Devanagari digits are letters here
127%2E0%2E0%2E1 | refused: loopback | percent-encoded dots
%31%32%37.0.0.1 | refused: loopback | percent-encoded digits
%6c%6f%63%61%6c%68%6f%73%74 | refused: loopback | localhost, percent-encoded
127.0.0.1%00 | error-not-a-link | a zero byte, percent-encoded
127.0.0.1%0a | error-not-a-link | a line break, percent-encoded
127.0.0.1%2f@8.8.8.8 | error-userinfo | what looks like the host is a user name
%2531 | error-not-a-link | encoded twice
127\\u00ad.0.0.1 | refused: loopback | a soft hyphen is dropped
127\\u200b.0.0.1 | refused: loopback | a zero-width space is dropped
127\\u2060.0.0.1 | refused: loopback | a word joiner is dropped
127.0.0.1\\ufeff | error-not-a-link | a byte-order mark counts as white space
localhost | refused: loopback | this computer
LOCALHOST | refused: loopback | in capitals
localhost. | refused: loopback | with the dot of the root
ｌｏｃａｌｈｏｓｔ | refused: loopback | full-width letters
ⓛⓞⓒⓐⓛⓗⓞⓢⓣ | refused: loopback | circled letters
𝓁𝑜𝒸𝒶𝓁𝒽𝑜𝓈𝓉 | refused: loopback | mathematical letters
loc\\u00adalhost | refused: loopback | a soft hyphen is dropped
ſocalhoſt | error-private | a long s is an s: socalhost has no dot
a.localhost | refused: loopback | all below localhost is this computer
A.B.LOCALHOST. | refused: loopback | all below localhost is this computer
localhost.localdomain | error-unknown-host | nobody knows it
localhost.test | error-unknown-host | only the end counts
notlocalhost | error-private | no dot, so it is a name of this network
intranet | error-private | no dot, though this network knows it
INTRANET | error-private | no dot, in capitals
intranet. | error-private | no dot but that of the root
redis | error-private | no dot, as containers are called
metadata | error-private | no dot
metadata.google.internal | error-unknown-host | asked for like any name, and judged by its address
private.test | refused: private | a public name with a private address
PRIVATE.TEST. | refused: private | in capitals, with the dot of the root
private．test | refused: private | a full-width dot
ｐｒｉｖａｔｅ.test | refused: private | full-width letters
mapped.test | refused: private | an IPv6 record that is an IPv4 address
mixed.test | refused: private | a private address among public ones
mixed6.test | refused: not global unicast | a private IPv6 beside a public IPv4
public.test | → 93.184.216.34, 2606:4700:4700::1111 | a public name
public.test. | → 93.184.216.34, 2606:4700:4700::1111 | the dot of the root is dropped
PUBLIC.Test | → 93.184.216.34, 2606:4700:4700::1111 | capitals
public%2Etest | → 93.184.216.34, 2606:4700:4700::1111 | a percent-encoded dot
many.test | → 1.1.1.1, 1.0.0.1, 8.8.8.8, 8.8.4.4 | four addresses are dialled at most
пример.рф | → 93.184.216.34 | a name of the world
ПРИМЕР.РФ | → 93.184.216.34 | in capitals
xn--e1afmkfd.xn--p1ai | → 93.184.216.34 | the same name as it is on the wire
xn-- | error-private | an empty label in Punycode, and no dot
xn--a.test | error-unknown-host | broken Punycode is a name like any other
public..test | error-unknown-host | an empty label
*.test | error-unknown-host | a star
_dmarc.test | error-unknown-host | an underscore
a b.test | error-not-a-link | a space
a<b.test | error-not-a-link | no character of a host
a^b.test | error-not-a-link | no character of a host
a|b.test | error-not-a-link | no character of a host
\\u202epublic.test | error-not-a-link | a bidirectional control
- | error-private | no dot
. | error-not-a-link | nothing but the root
.. | error-unknown-host | nothing but dots
`;
