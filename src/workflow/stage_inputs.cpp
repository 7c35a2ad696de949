#include "stage_inputs.hpp"

#include <algorithm>

#include "rfhgn/parallel/collectives.hpp"

#include "result_files.hpp"

namespace rfhgn::workflow {

const Stage* maker(const Context& context, const std::vector<const Stage*>& stages, const Stage& stage,
                   const StageInput& input) {
    const auto wanted = path_of(input, context);
    for (const auto* earlier : stages) {
        if (earlier == &stage) return nullptr;
        for (const auto& name : earlier->files(context.options)) {
            const auto path = context.output(name);
            if (same_place(path, wanted) || same_file(path, wanted)) return earlier;
        }
    }
    return nullptr;
}

void require_inputs(const Context& context, const std::vector<const Stage*>& stages) {
    for (const auto* stage : stages)
        for (const auto& input : stage->inputs(context.options))
            if (!maker(context, stages, *stage, input))
                static_cast<void>(context.input(input.given, input.name, input.key));
}

void check_inputs(const Context& context, const std::vector<const Stage*>& stages) {
    for (const auto* stage : stages) {
        const auto inputs = stage->inputs(context.options);
        const bool made = context.comm.is_root() && std::ranges::any_of(inputs, [&](const auto& input) {
                              return maker(context, stages, *stage, input) != nullptr;
                          });
        if (!parallel::any(context.comm, made)) stage->check_inputs(context);
    }
}

}  // namespace rfhgn::workflow
