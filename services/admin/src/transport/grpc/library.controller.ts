import { type Actor, scopeOf } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { invalidField, checked } from '@beseda/errors';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CountryHolidays } from '../../application/country-holidays.js';
import { HoursOfSite } from '../../application/hours.js';
import { Tags } from '../../application/tags.js';
import type { Tag } from '../../domain/tag.js';
import {
  countryHolidaysRequest,
  createTagRequest,
  deleteTagRequest,
  holidayCountriesRequest,
  hoursPath,
  mergeTagsRequest,
  updateHoursRequest,
  updateTagRequest,
} from './library-schemas.js';

const tagMessage = ({ id, version, name, color }: Tag): adminV1.Tag => ({ id, version, name, color });

/** The part of `LibraryService` that is about tags and hours. */
@Controller()
export class LibraryController {
  constructor(
    private readonly tags: Tags,
    private readonly hours: HoursOfSite,
    private readonly holidays: CountryHolidays,
  ) {}

  @GrpcMethod('LibraryService')
  async listTags(
    @Payload() _request: adminV1.ListTagsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ListTagsResponse> {
    return { items: (await this.tags.list(scopeOf(actor))).map(tagMessage) };
  }

  @GrpcMethod('LibraryService')
  async createTag(
    @Payload() request: adminV1.CreateTagRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateTagResponse> {
    const { name, color } = checked(createTagRequest, request);
    return { tag: tagMessage(await this.tags.create(actor, scopeOf(actor), name, color)) };
  }

  @GrpcMethod('LibraryService')
  async updateTag(
    @Payload() request: adminV1.UpdateTagRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateTagResponse> {
    const change = checked(updateTagRequest, request);
    return { tag: tagMessage(await this.tags.update(actor, scopeOf(actor), change)) };
  }

  @GrpcMethod('LibraryService')
  async mergeTags(
    @Payload() request: adminV1.MergeTagsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.MergeTagsResponse> {
    const { id, intoId } = checked(mergeTagsRequest, request);
    return { tag: tagMessage(await this.tags.merge(actor, scopeOf(actor), id, intoId)) };
  }

  @GrpcMethod('LibraryService')
  async deleteTag(
    @Payload() request: adminV1.DeleteTagRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.DeleteTagResponse> {
    await this.tags.remove(actor, scopeOf(actor), checked(deleteTagRequest, request).id);
    return {};
  }

  @GrpcMethod('LibraryService')
  getHours(
    @Payload() _request: adminV1.GetHoursRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.GetHoursResponse> {
    return this.hours.get(scopeOf(actor));
  }

  @GrpcMethod('LibraryService')
  updateHours(
    @Payload() request: adminV1.UpdateHoursRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateHoursResponse> {
    const { version, hours } = checked(updateHoursRequest, request, hoursPath);
    return this.hours.update(actor, scopeOf(actor), version, hours);
  }

  @GrpcMethod('LibraryService')
  async listCountryHolidays(
    @Payload() request: adminV1.ListCountryHolidaysRequest,
  ): Promise<adminV1.ListCountryHolidaysResponse> {
    const { country, year, locale } = checked(countryHolidaysRequest, request);
    const holidays = await this.holidays.list(country, year, locale);
    if (!holidays) throw invalidField('country', 'invalid_value', 'No holidays of this country are known.');
    return { holidays };
  }

  @GrpcMethod('LibraryService')
  async listHolidayCountries(
    @Payload() request: adminV1.ListHolidayCountriesRequest,
  ): Promise<adminV1.ListHolidayCountriesResponse> {
    return { items: await this.holidays.countries(checked(holidayCountriesRequest, request).locale) };
  }
}
