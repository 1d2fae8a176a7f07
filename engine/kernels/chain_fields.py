"""Columns of the table by which kernels run a chain of layers of any kinds: a row of integers for each layer.

Indexes of parameters, buffers and values are indexes into the workspace in training, and into the flat vector
and the scratch memory in evaluations. A layer that only changes the values of the one before does so in
place: then both have the same `VALUES`.
"""

(
    KIND,  # code of the kind
    INPUTS,  # values of a point that it gets
    NEURONS,  # values of a point that it returns
    CODE,  # of an activation and of the last layer: code of the activation
    PARAMETERS,  # index of its parameters: weights and biases, scale and shift, or projection
    BUFFERS,  # index of its buffers: mean and variance
    SOURCE,  # index of the values that it gets; `DATA_ROWS` for the inputs of a mini-batch
    VALUES,  # index of the values that it returns
    SKIPPED,  # residual: how many values of a point it skips from
    SKIP,  # residual: index of these, as `SOURCE`
    PROJECTS,  # residual: 1 if there is a projection
    NUMBER,  # number of its layer of neurons, from 0
    ENDS,  # 1 if its values are those of the neurons: it is the last of its layer of neurons before dropout
    GRADIENTS,  # training: index of the derivatives of the loss by its values
    SOURCE_GRADIENTS,  # training: the same for the values that it gets; `DATA_ROWS` for inputs
    SKIP_GRADIENTS,  # training: the same for the values that it skips from
    ADDS,  # training: 1 if another layer has written to `SOURCE_GRADIENTS` before
    SKIP_ADDS,  # training: 1 if another layer has written to `SKIP_GRADIENTS` before
    TAPE,  # training: index of what `backward` needs of each value
    INVERSES,  # normalisation in training: index of the inverse deviations
    OUTPUTS_PLACE,  # evaluation, last layer: index for the outputs
    CHANNELS,  # images: channels of what it gets, their height and their width; of a dense layer inputs, 1, 1
    HEIGHT,
    WIDTH,
    FILTERS,  # images: channels of what it returns, their height and their width
    OUT_HEIGHT,
    OUT_WIDTH,
    WINDOW,  # images: height and width of a window
    STRIDE,  # images: pixels from one window to the next
    MARGIN,  # images: rows of zeros above what it gets, and columns of zeros before it
    POSITIONS,  # batch normalization: values of a point that are normalized together
    INFER,  # evaluation of images, first layer: address of the compiled `image_inference.infer`
) = range(32)
COLUMNS = 32

DATA_ROWS = -1
