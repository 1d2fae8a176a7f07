"""Indexes into the arrays that describe a training to compiled code: layers, header and hyperparameters."""

# Columns of the layer table: one row of whole numbers for each layer after the inputs. All but the sizes are
# indexes into the workspace.
(
    INPUTS,  # numbers that a neuron of the layer takes
    NEURONS,
    WEIGHTS,
    BIASES,
    SOURCE,  # the values of the layer before; unused in the first layer, which reads the data
    VALUES,  # weighted sums, then outputs
    SLOPES,  # derivatives of the outputs, then of the loss
    TRANSPOSED,  # across neurons: the transposed copy of the weights
    WIDTH,  # across neurons: neurons, padded to whole vectors
    CODE,  # of the activation
    STEP,  # across neurons: from one point of the source to the next
) = range(11)
COLUMNS = 11

# The header: whole numbers about the training as a whole.
(
    LAYOUT,
    LAYERS,  # rows of the layer table
    PARAMETERS,  # parameters of the network, without padding
    SIZE,  # floats that the parameters take, with padding; each slot of the optimizer's state takes as many
    SLOTS,  # numbers that the optimizer remembers for each parameter
    PRUNED,  # index: 1 where a weight is pruned
    KEPT,  # index: copy of the last finite parameters, optimizer state and pruned weights
    GRADIENT,
    MASK,  # index: 1 for each weight, 0 for each bias and for padding
    PARTS,  # across points: index of the gradient's partial sums
    DATA,
    DATA_STEP,  # across points: from one mini-batch to the next; across neurons: from one point to the next
    TARGETS,
    POINTS,  # points that train
    BATCH_SIZE,
    HEAD,  # code of output and loss
    OUTPUTS,
    PRESENT,  # across neurons: index of a vector with 1 for each output and 0 for padding
    OPTIMIZER,  # code
    DROPOUT,  # 1 if any layer has dropout
    DROPOUT_KEY,
) = range(21)
HEADER_FIELDS = 21

# Hyperparameters: 64-bit floats.
(
    L1_RATE,
    DECAY_RATE,  # what a step takes off a weight beside the optimizer's movement, per unit of learning rate
    L2_RATE,  # what enters the gradient
    CLIP_NORM,  # largest norm of the gradient; 0: any
    HUBER_DELTA,
    MOMENTUM_RATE,
    RHO,
    BETA1,
    BETA2,
    EPSILON,
) = range(10)
HYPERPARAMETERS = 10
