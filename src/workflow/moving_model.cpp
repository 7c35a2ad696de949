#include "moving_model.hpp"

#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/agreement.hpp"

namespace rfhgn::workflow {

namespace {

bool wants_tables(const Context& context) {
    return context.options.rollout.force == "tabulated";
}

}  // namespace

std::string moving_model_path(const Context& context) {
    return parallel::together(context.comm, [&] {
        return context.input(context.options.rollout.model,
                             wants_tables(context) ? "tabulated.h5" : "model.h5", "rollout.model");
    });
}

std::optional<model::CoordinateNetwork> read_coordinate_network(const Context& context,
                                                                const std::string& path) {
    if (!io::holds_coordinate_network(context.comm, path)) return std::nullopt;
    return io::read_coordinate_network(context.comm, path);
}

model::TabulatedModel read_moving_model(const Context& context, const std::string& path) {
    if (wants_tables(context)) return io::read_tabulated_model(context.comm, path);
    return {io::read_model(context.comm, path), {}, {}, {}, {}};
}

std::unique_ptr<potential::ForceField> moving_force_field(const model::TabulatedModel& moving,
                                                          const std::vector<std::string>& attribute_names) {
    return moving.pair.empty() ? model::make_force_field(moving.model, attribute_names)
                               : model::make_force_field(moving, attribute_names);
}

}  // namespace rfhgn::workflow
