/// The kinds of models, in the order in which decks list them; each is a folder of this name in src/model and
/// in src/training.
#define RFHGN_MODEL_KINDS(kind) kind(pairwise) kind(coordinate_network) kind(many_body)
