// Names that Postmark gives to programs and their makers. Mail programs are our own list, because readers of user agents
// know browsers only.

import type { PlatformName } from './reading.ts';

export type MailProgram = {
  /** The first group is the version, where there is one. */
  pattern: RegExp;
  name: string;
  company: string;
  platform: PlatformName;
  /** It says nothing true about the machine. */
  hidesMachine?: true;
};

const apple = 'Apple Inc.';
const microsoft = 'Microsoft Corporation.';

/** The first one that matches counts. */
export const mailPrograms: readonly MailProgram[] = [
  { pattern: /GoogleImageProxy/i, name: 'Gmail', company: 'Google', platform: 'WebMail', hidesMachine: true },
  { pattern: /YahooMailProxy/i, name: 'Yahoo! Mail', company: 'Yahoo! Inc.', platform: 'WebMail', hidesMachine: true },
  { pattern: /Thunderbird\/([\d.]+)/, name: 'Thunderbird', company: 'Mozilla Foundation', platform: 'Desktop' },
  { pattern: /Betterbird\/([\d.]+)/, name: 'Betterbird', company: 'Betterbird', platform: 'Desktop' },
  { pattern: /Outlook-iOS\/([\d.]+)/, name: 'Outlook for iOS', company: microsoft, platform: 'Mobile' },
  { pattern: /Outlook-Android\/([\d.]+)/, name: 'Outlook for Android', company: microsoft, platform: 'Mobile' },
  { pattern: /MacOutlook\/([\d.]+)/, name: 'Outlook for Mac', company: microsoft, platform: 'Desktop' },
  { pattern: /Microsoft Outlook ([\d.]+)|MSOffice (\d+)/, name: 'Outlook', company: microsoft, platform: 'Desktop' },
  { pattern: /Outlook-Express\/([\d.]+)/, name: 'Outlook Express', company: microsoft, platform: 'Desktop' },
  { pattern: /Windows-?Live-?Mail[ /]?([\d.]*)/i, name: 'Windows Live Mail', company: microsoft, platform: 'Desktop' },
  { pattern: /Airmail[ /]([\d.]+)/, name: 'Airmail', company: 'Airmail', platform: 'Desktop' },
  { pattern: /Spark\/([\d.]+)/, name: 'Spark', company: 'Readdle', platform: 'Desktop' },
  { pattern: /eM ?Client\/([\d.]+)/, name: 'eM Client', company: 'eM Client Inc.', platform: 'Desktop' },
  { pattern: /Postbox\/([\d.]+)/, name: 'Postbox', company: 'Postbox, Inc.', platform: 'Desktop' },
  { pattern: /Mailbird\/([\d.]+)/, name: 'Mailbird', company: 'Mailbird', platform: 'Desktop' },
  { pattern: /Lotus-?Notes\/([\d.]+)/, name: 'Lotus Notes', company: 'IBM', platform: 'Desktop' },
  { pattern: /Evolution\/([\d.]+)/, name: 'Evolution', company: 'The GNOME Project', platform: 'Desktop' },
  { pattern: /KMail\/([\d.]+)/, name: 'KMail', company: 'KDE', platform: 'Desktop' },
  { pattern: /The Bat!? ?([\d.]*)/, name: 'The Bat!', company: 'RITLabs', platform: 'Desktop' },
  { pattern: /ProtonMail(?:-[A-Za-z]+)?\/([\d.]+)/, name: 'Proton Mail', company: 'Proton AG', platform: 'Desktop' },
  { pattern: /SamsungEmail\/([\d.]+)|Samsung ?Mail/i, name: 'Samsung Email', company: 'Samsung', platform: 'Mobile' },
  { pattern: /BlueMail[ /]([\d.]+)/, name: 'BlueMail', company: 'Blix Inc.', platform: 'Mobile' },
  // Apple's programs show pages with the engine of Safari and do not name Safari.
  {
    pattern: /^Mozilla\/5\.0 \(iPhone;(?!.*(?:Safari|CriOS|FxiOS|EdgiOS|GSA)\/).*AppleWebKit/,
    name: 'iPhone Mail',
    company: apple,
    platform: 'Mobile',
  },
  {
    pattern: /^Mozilla\/5\.0 \(iPad;(?!.*(?:Safari|CriOS|FxiOS|EdgiOS|GSA)\/).*AppleWebKit/,
    name: 'iPad Mail',
    company: apple,
    platform: 'Mobile',
  },
  {
    pattern: /^Mozilla\/5\.0 \(Macintosh;(?!.*(?:Safari|Chrome|Firefox)\/).*AppleWebKit/,
    name: 'Apple Mail',
    company: apple,
    platform: 'Desktop',
  },
  { pattern: /^Mozilla\/5\.0$/, name: 'Apple Mail', company: apple, platform: 'Unknown', hidesMachine: true },
];

/** By the name that the reader of user agents gives, in lower case. */
export const companiesOfBrowsers: Readonly<Record<string, string>> = {
  chrome: 'Google',
  chromium: 'The Chromium Authors',
  firefox: 'Mozilla Foundation',
  seamonkey: 'Mozilla Foundation',
  safari: apple,
  'microsoft edge': microsoft,
  'internet explorer': microsoft,
  opera: 'Opera Software ASA.',
  'opera touch': 'Opera Software ASA.',
  'samsung internet for android': 'Samsung',
  'uc browser': 'UCWeb',
  'yandex browser': 'Yandex',
  vivaldi: 'Vivaldi Technologies',
  'android browser': 'Google',
  duckduckgo: 'DuckDuckGo',
  brave: 'Brave Software',
};

export const companiesOfSystems: Readonly<Record<string, string>> = {
  windows: microsoft,
  'windows phone': microsoft,
  macos: apple,
  ios: apple,
  android: 'Google',
  'chrome os': 'Google',
  linux: 'Linux Foundation',
  ubuntu: 'Canonical Ltd.',
  blackberry: 'BlackBerry Limited',
  tizen: 'Samsung',
};
