import { inject, provideAppInitializer, provideZonelessChangeDetection, type ApplicationConfig } from '@angular/core';
import { MATERIAL_ANIMATIONS, MAT_RIPPLE_GLOBAL_OPTIONS } from '@angular/material/core';
import { provideRouter, withComponentInputBinding, withRouterConfig } from '@angular/router';
import { ROUTES } from './app.routes.js';
import { Auth } from './core/auth.js';
import { I18n, provideI18n } from './i18n/i18n.js';
import { provideIcons } from './ui/icons.js';

export const CONFIG: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideRouter(ROUTES, withComponentInputBinding(), withRouterConfig({ paramsInheritanceStrategy: 'always' })),
    provideI18n(),
    provideIcons(),
    provideAppInitializer(() => {
      const texts = inject(I18n).start();
      const session = inject(Auth).restore();
      return Promise.all([texts, session]).then(() => undefined);
    }),
    { provide: MAT_RIPPLE_GLOBAL_OPTIONS, useValue: { disabled: true } },
    { provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } },
  ],
};
