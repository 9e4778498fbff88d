export type SampleLanguage = 'php' | 'python' | 'node';

export const SAMPLE_LANGUAGES = [
  { id: 'php', name: 'PHP' },
  { id: 'python', name: 'Python' },
  { id: 'node', name: 'Node.js' },
] as const satisfies readonly { readonly id: SampleLanguage; readonly name: string }[];

/** How a site's server signs the id of its user. The secret comes from the environment: it must not get into the page. */
export const SAMPLES: Readonly<Record<SampleLanguage, string>> = {
  php: `<?php
$hmac = hash_hmac('sha256', $userId, getenv('BESEDA_IDENTITY_SECRET'));
?>
<script>
  window.beseda = window.beseda || function () { (beseda.q = beseda.q || []).push(arguments) };
  beseda('auth', <?= json_encode($userId) ?>, <?= json_encode($hmac) ?>);
</script>`,
  python: `import hashlib, hmac, os

secret = os.environ["BESEDA_IDENTITY_SECRET"].encode()
signature = hmac.new(secret, user_id.encode(), hashlib.sha256).hexdigest()

# in the page:
# beseda('auth', {{ user_id|tojson }}, {{ signature|tojson }});`,
  node: `import { createHmac } from 'node:crypto';

const hmac = createHmac('sha256', process.env.BESEDA_IDENTITY_SECRET)
  .update(userId)
  .digest('hex');

// in the page:
// beseda('auth', userId, hmac);`,
};
