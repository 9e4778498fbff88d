import { type Keys, seal, unseal } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { OidcProvider, signOnRefused } from '../infrastructure/oidc/provider.js';
import { SessionStart } from './session-start.js';
import type { SignedIn } from './session-tokens.js';
import { SignOnOperators } from './sign-on-operators.js';

/** Under what the state is encrypted: nothing else of ours opens as one. */
const CONTEXT = 'single-sign-on';
/** A person may take this long at the provider. Milliseconds. */
const STATE_MS = 600_000;
/** Anything longer was not made by us. */
const MAX_STATE = 4_000;

const stateSchema = z.object({
  verifier: z.string(),
  nonce: z.string(),
  state: z.string(),
  back: z.string(),
  until: z.number(),
});

export interface FinishCommand {
  /** The address the provider sent the browser to. */
  url: string;
  /** As {@link SingleSignOnHandler.start} gave it. */
  state: string;
  address: string;
  userAgent: string;
}

/** Signs operators in who come from the provider of single sign-on. */
@Injectable()
export class SingleSignOnHandler {
  constructor(
    private readonly provider: OidcProvider,
    private readonly operators: SignOnOperators,
    private readonly sessions: SessionStart,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** Where to send the browser, and the sealed state it must bring back: nothing is stored here meanwhile. */
  async start(back: string): Promise<{ url: string; state: string }> {
    const { url, checks } = await this.provider.begin();
    const state: z.input<typeof stateSchema> = { ...checks, back, until: Date.now() + STATE_MS };
    return { url, state: seal(this.keys, CONTEXT, JSON.stringify(state)).toString('base64url') };
  }

  /** The provider gives each code once, so an address that is used again signs nobody in. */
  async finish({ url, state, address, userAgent }: FinishCommand): Promise<{ session: SignedIn; back: string }> {
    const { back, until, ...checks } = this.#open(state);
    if (until < Date.now()) throw signOnRefused('expired', 'This sign-in took too long. Start again.');
    if (!URL.canParse(url)) throw signOnRefused('failed', 'The provider sent the browser to no address.');
    const identity = await this.provider.finish(new URL(url).search, checks);
    const operator = await this.operators.of(identity);
    const session = await this.sessions.begin(operator, { address, userAgent }, 'single_sign_on');
    return { session, back };
  }

  #open(state: string): z.output<typeof stateSchema> {
    try {
      if (state.length > MAX_STATE) throw new RangeError('longer than any state');
      return stateSchema.parse(JSON.parse(unseal(this.keys, CONTEXT, Buffer.from(state, 'base64url'))));
    } catch {
      // Damaged, foreign, or sealed under an earlier secret of the installation: all the same to who signs in.
      throw signOnRefused('expired', 'This sign-in was not begun here, or is too old. Start again.');
    }
  }
}
