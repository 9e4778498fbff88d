/** As much of an OpenAPI document as a check of answers needs. */
export interface ApiDescriptionLike {
  paths: Record<string, object>;
  components?: { responses?: Record<string, DescribedResponse> };
}

interface DescribedResponse {
  $ref?: string;
  content?: Record<string, unknown>;
}
interface DescribedOperation {
  responses: Record<string, DescribedResponse>;
}

/** An answer that came over HTTP. */
export interface SeenAnswer {
  method: string;
  /** Of the address, with or without its query. */
  path: string;
  status: number;
  /** `Content-Type`; null: none. */
  type: string | null;
}

/**
 * Compares answers with the description of the API: what is answered under `/api` and is not described is an error. What
 * the description does not know at all must be answered with 404.
 */
export class DescribedAnswers {
  readonly #operations: { method: string; pattern: RegExp; name: string; operation: DescribedOperation }[];

  constructor(private readonly description: ApiDescriptionLike) {
    const parameters = (path: string): number => path.split('{').length;
    this.#operations = Object.entries(description.paths)
      .filter(([path]) => path.startsWith('/api/'))
      // What is named in full goes before what a parameter would take.
      .sort(([a], [b]) => parameters(a) - parameters(b))
      .flatMap(([path, item]) =>
        Object.entries(item as Record<string, DescribedOperation>).map(([method, operation]) => ({
          method: method.toUpperCase(),
          pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`),
          name: `${method.toUpperCase()} ${path}`,
          operation,
        })),
      );
  }

  /** @throws Error that says what is missing in the description */
  check({ method, path, status, type }: SeenAnswer): void {
    const plain = path.split('?', 1)[0] ?? '';
    if (!plain.startsWith('/api/')) return;
    const asked = method === 'HEAD' ? 'GET' : method;
    const found = this.#operations.find((known) => known.method === asked && known.pattern.test(plain));
    if (!found) {
      if (status === 404) return;
      throw new Error(`${asked} ${plain} answered ${status} and is not described`);
    }
    const response = this.#resolved(found.operation.responses[status]);
    if (!response) throw new Error(`${found.name} answered ${status}, which is not described`);
    const media = type?.split(';', 1)[0]?.trim();
    const described = Object.keys(response.content ?? {});
    // Without a body there is no type, and whatever a redirect says to people is not described.
    if (!media || method === 'HEAD' || (status >= 300 && status < 400)) return;
    if (described.includes('*/*') || described.includes(media)) return;
    throw new Error(`${found.name} answered ${status} as ${media}; described is ${described.join(', ') || 'no body'}`);
  }

  #resolved(response: DescribedResponse | undefined): DescribedResponse | undefined {
    if (!response?.$ref) return response;
    return this.description.components?.responses?.[response.$ref.split('/').at(-1) ?? ''];
  }
}
