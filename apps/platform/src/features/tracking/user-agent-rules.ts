// Reads a user agent into the names that Postmark gives to programs. Pure. Source: Postmark's pages "Open webhook" and
// "Messages API"; browsers and systems are told apart by the library `bowser`.

import Bowser from 'bowser';
import { companiesOfBrowsers, companiesOfSystems, type MailProgram, mailPrograms } from './program-names.ts';
import type { HitKind, PlatformName, Program } from './reading.ts';

export type ReadUserAgent = { client: Program; os: Program; platform: PlatformName };

const unknown: Program = { name: '', company: '', family: '' };
/** A program's name is within this much; what comes from outside must not cost more than it is worth. */
const readLengthMax = 512;

export function readUserAgent(text: string, kind: HitKind): ReadUserAgent {
  const userAgent = text.trim().slice(0, readLengthMax);
  if (userAgent === '') return { client: unknown, os: unknown, platform: 'Unknown' };
  const machine = readMachine(userAgent);
  for (const program of mailPrograms) {
    const match = program.pattern.exec(userAgent);
    if (!match) continue;
    const client = mailClient(program, match[1] ?? match[2]);
    if (program.hidesMachine) return { client, os: unknown, platform: program.platform };
    const isOnPhone = program.platform === 'Desktop' && machine.isHandheld;
    return { client, os: machine.os, platform: isOnPhone ? 'Mobile' : program.platform };
  }
  return { client: machine.browser, os: machine.os, platform: platformOf(machine, kind) };
}

function mailClient({ name, company }: MailProgram, version: string | undefined): Program {
  return { name: version ? `${name} ${version}` : name, company, family: name };
}

type Machine = { browser: Program; os: Program; isHandheld: boolean; isDesktop: boolean };

function readMachine(userAgent: string): Machine {
  const { browser, os, platform } = Bowser.parse(userAgent);
  return {
    browser: named(browser.name, browser.version, companiesOfBrowsers),
    os: named(osFamily(os.name, userAgent), os.name === 'Windows' ? os.versionName : os.version, companiesOfSystems),
    isHandheld: platform.type === 'mobile' || platform.type === 'tablet',
    isDesktop: platform.type === 'desktop',
  };
}

function osFamily(name: string | undefined, userAgent: string): string | undefined {
  return name === 'Linux' && /Ubuntu/.test(userAgent) ? 'Ubuntu' : name;
}

function named(
  family: string | undefined,
  version: string | undefined,
  companies: Readonly<Record<string, string>>,
): Program {
  // What is called Mozilla says that it is compatible with one, as everything does.
  if (!family || family === 'Mozilla') return unknown;
  return { name: version ? `${family} ${version}` : family, company: companies[family.toLowerCase()] ?? '', family };
}

/** Who opens a mail in a browser on a desk reads it in webmail; a click opens a browser whatever the mail was read in. */
function platformOf(machine: Machine, kind: HitKind): PlatformName {
  if (machine.isHandheld) return 'Mobile';
  if (!machine.isDesktop || machine.browser === unknown) return 'Unknown';
  return kind === 'open' ? 'WebMail' : 'Desktop';
}
