// Networks from which mail is read by machines. Only what its owner says of it, or what belongs to him by registry.

export type ReaderNetwork = 'apple' | 'google' | 'scanner';

export const readerNetworks: readonly { network: ReaderNetwork; ranges: readonly string[]; source: string }[] = [
  {
    network: 'apple',
    ranges: ['17.0.0.0/8', '2620:149::/32', '2403:300::/32', '2a01:b740::/32'],
    source: 'IANA and RIR registries: Apple Inc. Its Mail Privacy Protection also leaves through partners',
  },
  {
    network: 'google',
    ranges: [
      '66.249.80.0/20',
      '66.102.0.0/20',
      '74.125.0.0/16',
      '64.233.160.0/19',
      '72.14.192.0/18',
      '209.85.128.0/17',
    ],
    source: "Google's published ranges (_netblocks.google.com): image proxy and link checks",
  },
  {
    network: 'scanner',
    ranges: [
      '40.92.0.0/15',
      '40.107.0.0/16',
      '52.100.0.0/14',
      '104.47.0.0/17',
      '2a01:111:f400::/48',
      '2a01:111:f403::/48',
    ],
    source: 'Microsoft: "Office 365 URLs and IP address ranges", Exchange Online Protection',
  },
  {
    network: 'scanner',
    ranges: ['64.235.144.0/20', '209.222.80.0/21'],
    source: 'Barracuda: "Barracuda Email Security Service IP ranges"',
  },
  {
    network: 'scanner',
    ranges: ['67.231.144.0/20', '148.163.128.0/19', '185.132.180.0/22', '185.183.28.0/22'],
    source: 'Proofpoint: addresses of Proofpoint on Demand, by registry',
  },
  {
    network: 'scanner',
    ranges: [
      '205.139.110.0/23',
      '207.211.30.0/23',
      '207.211.31.0/25',
      '91.220.42.0/24',
      '195.130.217.0/24',
      '146.101.78.0/24',
    ],
    source: 'Mimecast: "Data centers and IP ranges"',
  },
];
