"""Indexes into the arrays that describe a training to compiled code: layers, header and hyperparameters."""

# Columns of the layer table: a row of integers for each layer after the inputs. All but sizes and codes are
# indexes into the workspace. Chains of other kinds of layers have a table of their own: `chain_fields`.
(
    INPUTS,  # number of inputs of the layer
    NEURONS,
    WEIGHTS,
    BIASES,
    SOURCE,  # the values of the layer before; unused in the first layer, which reads the data
    VALUES,  # pre-activations, then outputs
    SLOPES,  # derivatives of the activation, then of the loss
    TRANSPOSED,  # across neurons: the transposed copy of the weights
    WIDTH,  # across neurons: neurons, padded to whole vectors
    CODE,  # code of the activation
    STEP,  # across neurons: floats from one point of the source to the next
) = range(11)
COLUMNS = 11

# The header: integers that describe the training as a whole.
(
    LAYOUT,
    LAYERS,  # rows of the layer table
    PARAMETERS,  # parameters of the network, without padding
    SIZE,  # floats of the parameters with padding, and of each slot of the optimizer's state
    SLOTS,  # numbers in the optimizer's state for each parameter
    PRUNED,  # index: 1 where a weight is pruned
    KEPT,  # index: copy of the last finite parameters, optimizer state and pruned weights
    GRADIENT,
    MASK,  # index: 1 for each weight, 0 for each bias and for padding
    PARTS,  # across points: index of the gradient's partial sums
    DATA,
    DATA_STEP,  # floats from one mini-batch (across points) or point (across neurons) to the next
    TARGETS,
    POINTS,  # number of training points
    BATCH_SIZE,
    HEAD,  # code of output and loss
    OUTPUTS,
    PRESENT,  # across neurons: index of a vector with 1 for each output and 0 for padding
    OPTIMIZER,  # code
    DROPOUT,  # 1 if any layer has dropout
    DROPOUT_KEY,
    OTHER_GRADIENT,  # unless across points: address of the compiled gradient of a mini-batch
    EVALUATE,  # address of the compiled evaluation; unused if no losses are evaluated
) = range(23)
HEADER_FIELDS = 23

# Hyperparameters: 64-bit floats.
(
    L1_RATE,
    DECAY_RATE,  # factor of the weight decay that is subtracted apart from the update
    L2_RATE,  # factor of the L2 penalty that is added to the gradient
    CLIP_NORM,  # largest norm of the gradient; 0: any
    HUBER_DELTA,
    MOMENTUM_RATE,
    RHO,
    BETA1,
    BETA2,
    EPSILON,
) = range(10)
HYPERPARAMETERS = 10
