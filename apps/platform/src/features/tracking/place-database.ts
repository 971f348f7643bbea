// Finds the place of an address in a file of MaxMind's format (GeoLite2 City, GeoIP2, DB-IP and others), which the
// operator names. It is read again when it was replaced.

import { type CityResponse, open } from 'maxmind';
import type { FindPlace } from './ports.ts';
import type { Place } from './reading.ts';

/** Without a file only the address itself is known. */
export const noPlaces: FindPlace = () => ({});

export async function openPlaceDatabase(file: string): Promise<FindPlace> {
  const reader = await open<CityResponse>(file, { watchForUpdates: true, watchForUpdatesNonPersistent: true });
  return ip => {
    try {
      return placeOf(reader.get(ip), ip);
    } catch {
      // An address that cannot be read, or a file that is being replaced, must not cost the hit.
      return {};
    }
  };
}

function placeOf(found: Partial<CityResponse> | null, ip: string): Place {
  if (!found) return {};
  const country = found.country ?? found.registered_country;
  const region = found.subdivisions?.[0];
  const { latitude, longitude } = found.location ?? {};
  return {
    countryIsoCode: country?.iso_code,
    country: country?.names?.en,
    regionIsoCode: region?.iso_code,
    region: region?.names?.en,
    city: found.city?.names?.en,
    zip: found.postal?.code,
    coords: latitude === undefined || longitude === undefined ? undefined : `${latitude},${longitude}`,
    ip,
  };
}
