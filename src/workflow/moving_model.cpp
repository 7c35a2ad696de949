#include "moving_model.hpp"

#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/agreement.hpp"

namespace rfhgn::workflow {

namespace {

bool wants_tables(const Context& context) {
    return context.options.rollout.force == "compiled";
}

}  // namespace

std::string moving_model_path(const Context& context) {
    return parallel::together(context.comm, [&] {
        return context.input(context.options.rollout.model,
                             wants_tables(context) ? "compiled.h5" : "model.h5", "rollout.model");
    });
}

std::optional<model::FrameModel> read_frame_model(const Context& context, const std::string& path) {
    if (!io::holds_frame_model(context.comm, path)) return std::nullopt;
    return io::read_frame_model(context.comm, path);
}

model::CompiledModel read_moving_model(const Context& context, const std::string& path) {
    if (wants_tables(context)) return io::read_compiled_model(context.comm, path);
    return {io::read_model(context.comm, path), {}, {}, {}, {}};
}

std::unique_ptr<systems::Hamiltonian> moving_hamiltonian(const model::CompiledModel& moving,
                                                         const std::vector<std::string>& attribute_names) {
    return moving.pair.empty() ? model::make_hamiltonian(moving.model, attribute_names)
                               : model::make_hamiltonian(moving, attribute_names);
}

}  // namespace rfhgn::workflow
