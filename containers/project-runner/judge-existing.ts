import type { Marker, ResultFile } from "./marker.ts";

/** What lies at the place of a result. */
export type Existing =
  | { readonly kind: "none" }
  /** Ours, complete, of the same fingerprint. */
  | { readonly kind: "current"; readonly marker: Marker }
  /** Ours and complete, of another fingerprint. */
  | { readonly kind: "ours-outdated"; readonly marker: Marker }
  /** Not ours, or changed by somebody since. */
  | { readonly kind: "foreign"; readonly reason: string }
  /** Begun by a run of ours that was stopped; `earlier` are the files that run, or those before it, may have left. */
  | { readonly kind: "interrupted"; readonly earlier: readonly ResultFile[] };
