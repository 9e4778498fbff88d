import { inject, provideEnvironmentInitializer, type EnvironmentProviders } from '@angular/core';
import { MatIconRegistry } from '@angular/material/icon';
import { DomSanitizer } from '@angular/platform-browser';

/** Registers icons as literals: nothing is fetched, and only these ship. */
export function registerIcons(icons: Readonly<Record<string, string>>): EnvironmentProviders {
  return provideEnvironmentInitializer(() => {
    const registry = inject(MatIconRegistry);
    const sanitizer = inject(DomSanitizer);
    for (const [name, svg] of Object.entries(icons)) {
      // stroke width is set by style sheets, so the attribute goes
      const literal = svg.replace(/<!--.*?-->/s, '').replace(/\sstroke-width="2"/, '');
      registry.addSvgIconLiteral(name, sanitizer.bypassSecurityTrustHtml(literal));
    }
  });
}
