// Where the person is, if they let us know.

import { say } from "./words.js";

const PATIENCE = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };

/** Calls `found([latitude, longitude])`, or `tell(sentence)` with what went wrong in plain words. */
export function askPlace(tell, found) {
  if (!navigator.geolocation || !isSecureContext) return tell(say("place_missing"));
  tell(say("asking_place"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => found([coords.latitude, coords.longitude]),
    (error) => tell(say(error.code === error.PERMISSION_DENIED ? "place_refused" : "place_failed")),
    PATIENCE,
  );
}
