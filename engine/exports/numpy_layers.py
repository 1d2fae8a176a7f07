"""The layers of NumPy programs, as source text: one class for each kind, and each activation.

`forward` gets None as `moment` for a prediction; in training it is the epoch and the indices of the points.
"""

DENSE = '''
class Dense:
    """z = x W + b: each neuron has the weighted sum of all values before it."""

    def __init__(self, weights, biases):
        self.parameters, self.are_weights = [weights, biases], [True, False]

    def forward(self, x, moment=None):
        self.x = x
        weights, biases = self.parameters
        return x @ weights + biases

    def backward(self, gradient):
        self.gradients = [self.x.T @ gradient, gradient.sum(axis=0)]
        return gradient @ self.parameters[0].T
'''

ACTIVATION = '''
class Activation:
    """a = g(z), applied to each value."""

    parameters, are_weights, gradients = [], [], []

    def __init__(self, function, derivative):
        self.function, self.derivative = function, derivative

    def forward(self, z, moment=None):
        self.z, self.a = z, self.function(z)
        return self.a

    def backward(self, gradient):
        return gradient * self.derivative(self.z, self.a)
'''

BATCH_NORM = '''
class BatchNorm:
    """Normalizes over the points of a mini-batch; a prediction takes the running mean and variance."""

    def __init__(self, scale, shift, mean, variance):
        self.parameters, self.are_weights = [scale, shift], [False, False]
        self.mean, self.variance = mean, variance

    def forward(self, x, moment=None):
        channels = len(self.mean)
        values = x.reshape(len(x), channels, -1)
        self.by_batch = moment is not None and len(x) > 1
        if self.by_batch:
            mean, variance = values.mean(axis=(0, 2)), values.var(axis=(0, 2))
            count = values.shape[0] * values.shape[2]
            self.mean += 0.1 * (mean - self.mean)
            self.variance += 0.1 * (variance * count / (count - 1) - self.variance)
        else:
            mean, variance = self.mean, self.variance
        self.inverse = 1 / np.sqrt(variance + 1e-5)[:, None]
        self.normal = (values - mean[:, None]) * self.inverse
        scale, shift = self.parameters
        return (self.normal * scale[:, None] + shift[:, None]).reshape(x.shape)

    def backward(self, gradient):
        by_values = gradient.reshape(self.normal.shape)
        by_scale, by_shift = (by_values * self.normal).sum(axis=(0, 2)), by_values.sum(axis=(0, 2))
        self.gradients = [by_scale, by_shift]
        if self.by_batch:
            count = by_values.shape[0] * by_values.shape[2]
            by_values = by_values - (by_shift[:, None] + self.normal * by_scale[:, None]) / count
        return (by_values * self.parameters[0][:, None] * self.inverse).reshape(gradient.shape)
'''

LAYER_NORM = '''
class LayerNorm:
    """Normalizes each point over the neurons of the layer."""

    def __init__(self, scale, shift):
        self.parameters, self.are_weights = [scale, shift], [False, False]

    def forward(self, x, moment=None):
        self.inverse = 1 / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
        self.normal = (x - x.mean(axis=1, keepdims=True)) * self.inverse
        scale, shift = self.parameters
        return self.normal * scale + shift

    def backward(self, gradient):
        self.gradients = [(gradient * self.normal).sum(axis=0), gradient.sum(axis=0)]
        by_normal = gradient * self.parameters[0]
        along = (by_normal * self.normal).mean(axis=1, keepdims=True)
        return (by_normal - by_normal.mean(axis=1, keepdims=True) - self.normal * along) * self.inverse
'''

RESIDUAL = '''
class Residual:
    """Adds the values from before a block of layers, `values[begins]`, to what comes out of it."""

    def __init__(self, begins, projection=None):
        self.begins = begins
        self.parameters = [] if projection is None else [projection]
        self.are_weights, self.gradients = [True] * len(self.parameters), []

    def forward(self, x, moment=None):
        return x + (self.skipped @ self.parameters[0] if self.parameters else self.skipped)

    def backward(self, gradient):
        self.by_skipped = gradient
        if self.parameters:
            self.gradients = [self.skipped.T @ gradient]
            self.by_skipped = gradient @ self.parameters[0].T
        return gradient
'''

DROPOUT = '''
class Dropout:
    """In training, drops each value with the probability `rate`, and makes the others larger.

    Which ones is computed from the seed, the epoch, the point and the neuron, as in Tinkernet, so that
    training goes on exactly as it would have there.
    """

    parameters, are_weights, gradients = [], [], []

    def __init__(self, rate, number):
        self.rate, self.number = rate, number

    def forward(self, x, moment=None):
        if moment is None:
            return x
        self.factors = np.where(self.random(*moment, x.shape[1]) >= self.rate, 1 / (1 - self.rate), 0.0)
        return x * self.factors

    def backward(self, gradient):
        return gradient * self.factors

    def random(self, epoch, points, neurons):
        """Return numbers from 0 to 1, (points, neurons)."""
        u64 = np.uint64
        row = u64((epoch * HIDDEN_LAYERS + self.number) * TRAINING_POINTS % 2**64)
        rows = (row + np.arange(points.start, points.stop, dtype=u64))[:, None]
        counter = rows * u64(neurons) + np.arange(1, neurons + 1, dtype=u64)
        bits = u64(DROPOUT_KEY) + u64(0x9E3779B97F4A7C15) * counter
        bits = (bits ^ (bits >> u64(30))) * u64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> u64(27))) * u64(0x94D049BB133111EB)
        return ((bits ^ (bits >> u64(31))) >> u64(11)) * 2.0**-53
'''

WINDOWS = '''
def windows(images, size, stride):
    """Return all windows of images (n, channels, height, width): (n, channels, rows, columns, size, size)."""
    every = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(2, 3))
    return every[:, :, ::stride, ::stride]


def add_windows(images, gradients, stride):
    """Add the gradients of windows to those of the images, in place."""
    rows, columns, size = gradients.shape[2], gradients.shape[3], gradients.shape[4]
    for i in range(size):
        for j in range(size):
            end_i, end_j = i + stride * (rows - 1) + 1, j + stride * (columns - 1) + 1
            images[:, :, i:end_i:stride, j:end_j:stride] += gradients[..., i, j]
'''

CONV = '''
class Conv:
    """Each filter has the weighted sum of every window; `margin` zeros are put before and after each side."""

    def __init__(self, weights, biases, shape, size, stride, margin):
        self.parameters, self.are_weights = [weights, biases], [True, False]
        self.shape, self.size, self.stride, self.margin = shape, size, stride, margin

    def forward(self, x, moment=None):
        weights, biases = self.parameters
        images = np.pad(x.reshape(-1, *self.shape), [(0, 0), (0, 0), self.margin, self.margin])
        every = windows(images, self.size, self.stride)
        self.padded, self.places = images.shape, every.shape[2:4]
        self.rows = every.transpose(0, 2, 3, 1, 4, 5).reshape(-1, len(weights))
        maps = (self.rows @ weights + biases).reshape(len(x), -1, len(biases))
        return maps.transpose(0, 2, 1).reshape(len(x), -1)

    def backward(self, gradient):
        weights, biases = self.parameters
        count, (channels, height, width), first = len(gradient), self.shape, self.margin[0]
        by_sums = gradient.reshape(count, len(biases), -1).transpose(0, 2, 1).reshape(-1, len(biases))
        self.gradients = [self.rows.T @ by_sums, by_sums.sum(axis=0)]
        by_windows = (by_sums @ weights.T).reshape(count, *self.places, channels, self.size, self.size)
        images = np.zeros(self.padded)
        add_windows(images, by_windows.transpose(0, 3, 1, 2, 4, 5), self.stride)
        inside = images[:, :, first : first + height, first : first + width]
        return inside.reshape(count, -1)
'''

MAX_POOL = '''
class MaxPool:
    """The largest value of each window."""

    parameters, are_weights, gradients = [], [], []

    def __init__(self, shape, size, stride):
        self.shape, self.size, self.stride = shape, size, stride

    def forward(self, x, moment=None):
        every = windows(x.reshape(-1, *self.shape), self.size, self.stride)
        values = every.reshape(*every.shape[:4], -1)
        self.largest = values.argmax(axis=-1)[..., None]
        return np.take_along_axis(values, self.largest, axis=-1).reshape(len(x), -1)

    def backward(self, gradient):
        by_windows = np.zeros((*self.largest.shape[:4], self.size * self.size))
        np.put_along_axis(by_windows, self.largest, gradient.reshape(self.largest.shape), axis=-1)
        images = np.zeros((len(gradient), *self.shape))
        add_windows(images, by_windows.reshape(*by_windows.shape[:4], self.size, self.size), self.stride)
        return images.reshape(len(gradient), -1)
'''

AVERAGE_POOL = '''
class AveragePool:
    """The mean of each window."""

    parameters, are_weights, gradients = [], [], []

    def __init__(self, shape, size, stride):
        self.shape, self.size, self.stride = shape, size, stride

    def forward(self, x, moment=None):
        means = windows(x.reshape(-1, *self.shape), self.size, self.stride).mean(axis=(-2, -1))
        self.maps = means.shape
        return means.reshape(len(x), -1)

    def backward(self, gradient):
        shared = gradient.reshape(*self.maps, 1, 1) / self.size**2
        images = np.zeros((len(gradient), *self.shape))
        add_windows(images, np.broadcast_to(shared, (*self.maps, self.size, self.size)), self.stride)
        return images.reshape(len(gradient), -1)
'''

CLASSES = {
    "dense": DENSE,
    "activation": ACTIVATION,
    "batch_norm": BATCH_NORM,
    "layer_norm": LAYER_NORM,
    "residual": RESIDUAL,
    "dropout": DROPOUT,
    "conv": CONV,
    "max_pool": MAX_POOL,
    "average_pool": AVERAGE_POOL,
}
"""The class of each kind of layer. Flattening changes nothing here: an image is a row of values anyway."""
