import { describe, expect, it } from '@jest/globals';
import { groupsOf, parseGroupRules, rolesOf } from './oidc-roles.js';

describe('parseGroupRules', () => {
  it('reads rules whose groups hold almost anything', () => {
    expect(parseGroupRules('support=operator@*; cn=leads,ou=groups = admin@site-1 ;\n a@b=superadmin@s2')).toEqual([
      { group: 'support', role: 'operator', site: '*' },
      { group: 'cn=leads,ou=groups', role: 'admin', site: 'site-1' },
      { group: 'a@b', role: 'superadmin', site: 's2' },
    ]);
    expect(parseGroupRules('')).toEqual([]);
  });

  it.each(['support', 'support=operator', 'support=boss@*', '=admin@*', 'a=admin@', 'a=admin@x y', 'a=Admin@*'])(
    'refuses %s',
    (text) => expect(parseGroupRules(text)).toBeUndefined(),
  );
});

describe('rolesOf', () => {
  const rules = parseGroupRules('all=operator@*; leads=admin@one; owners=superadmin@one') ?? [];
  const of = (groups: string[], only = rules): [string, string | undefined][] => [
    ...rolesOf(groups, only, ['one', 'two']),
  ];

  it('gives the strongest role on each site that a rule names, whatever the order', () => {
    expect(of(['owners', 'all', 'leads'])).toEqual([
      ['one', 'superadmin'],
      ['two', 'operator'],
    ]);
    expect(of(['all'])).toEqual([
      ['one', 'operator'],
      ['two', 'operator'],
    ]);
    expect(of(['leads'])).toEqual([
      ['one', 'admin'],
      ['two', undefined],
    ]);
  });

  it('leaves out sites that no rule names, and sites that are not there', () => {
    expect(of([], parseGroupRules('x=admin@one; x=admin@gone'))).toEqual([['one', undefined]]);
    expect(of(['x'], [])).toEqual([]);
  });
});

describe('groupsOf', () => {
  it('takes lists and single words', () => {
    expect(groupsOf(['a', 1, null, 'b'])).toEqual(['a', 'b']);
    expect(groupsOf('a')).toEqual(['a']);
    expect([groupsOf(undefined), groupsOf({ a: 1 }), groupsOf(true)]).toEqual([[], [], []]);
  });
});
