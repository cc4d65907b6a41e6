/* Where an account lies and who of its buying group is there, for kernels and for account plans alike. */
#include "score/plan/region.h"

#include "data/facts/dataset.h"

#include <math.h>

const char *as_region_name(enum as_region region)
{
    static const char *const names[] = {"insufficient", "mass", "targeted", "abm"};
    return names[region];
}

enum as_region as_region_of(bool value_known, int64_t value, bool diversity_known, double diversity,
                            const struct as_segment *segment)
{
    if (!value_known)
        return AS_REGION_INSUFFICIENT;
    if (value >= segment->very_high_value)
        return AS_REGION_ABM;
    if (value >= segment->low_value)
        return AS_REGION_TARGETED;
    if (!diversity_known || isnan(diversity))
        return AS_REGION_INSUFFICIENT;
    return diversity <= segment->homogeneous ? AS_REGION_MASS : AS_REGION_TARGETED;
}

double as_group_coverage(uint32_t *filled, const struct as_template *template_,
                         const struct as_dataset *dataset, uint32_t account_row)
{
    uint32_t field = as_schema_field(dataset->schema, AS_LEVEL_LEAD, AS_STR("group_role"));
    const struct as_column *role = field != AS_NO_INDEX ? dataset->field[field] : NULL;
    uint64_t places = 0, taken = 0;
    for (uint32_t i = 0; i < template_->group.n; i++) {
        const struct as_group_need *need = &template_->group.at[i];
        uint32_t code = role != NULL ? as_intern_find(role->dict, as_str_of(need->role)) : AS_INTERN_NONE;
        filled[i] = 0;
        for (uint32_t m = dataset->member_start == NULL ? 0 : dataset->member_start[account_row];
             role != NULL && (code != AS_INTERN_NONE || role->type == AS_TYPE_CHOICES) &&
             dataset->member_start != NULL && m < dataset->member_start[account_row + 1];
             m++) {
            uint32_t lead = dataset->member[m];
            filled[i] += role->type == AS_TYPE_CHOICES
                             ? as_column_includes(role, lead, as_str_of(need->role))
                             : as_bit(role->known, lead) && role->code[lead] == code;
        }
        places += need->count;
        taken += filled[i] < need->count ? filled[i] : need->count;
    }
    return places == 0 ? 1 : (double)taken / (double)places;
}

bool as_group_plays(const struct as_dataset *dataset, uint32_t account_row, struct as_str role)
{
    uint32_t field = as_schema_field(dataset->schema, AS_LEVEL_LEAD, AS_STR("group_role"));
    const struct as_column *roles = field != AS_NO_INDEX ? dataset->field[field] : NULL;
    if (roles == NULL || account_row == AS_NO_INDEX || dataset->member_start == NULL)
        return false;
    for (uint32_t m = dataset->member_start[account_row]; m < dataset->member_start[account_row + 1]; m++)
        if (as_column_includes(roles, dataset->member[m], role))
            return true;
    return false;
}
