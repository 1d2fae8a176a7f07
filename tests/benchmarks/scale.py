"""How many learners a cluster carries, beside one process: server and clients share one machine.

    python -m tests.benchmarks.scale [--seconds 10] [--hosts 2] [--json] [SCENE ...]

For each scene of `tests.benchmarks.load`, first one process is measured, then `--cluster local`; at the end
stands how much processor time the cluster takes for each of the process's. The figures depend on what else
the machine does, so that only those of one run compare.

On paper (`tests.benchmarks.scale_estimate` measures and computes it anew; a frame cost 0.68 ms of a host on
two busy cores, packing included, and 0.16 ms of a front where it goes from one machine to another): 20
machines of 16 cores would carry 8,500 learners at 30 frames a second by their processors, 12,300 by their 80
fronts, 40,000 by one proxy with ten gigabits. One PostgreSQL would save 270,000 trainings a second; the 320
hosts' leases, 640 renewals a second, take less than half a core of it, but 1.2 % of a core of each host,
more with more hosts. What breaks first are rooms: all of them are on one host. Trainings of their learners
are spread, but for each learner on a wall that host takes 0.2 to 2.7 ms of each second (four measurements
with 40 and 60 learners on two busy cores): by the largest, it would carry 260 whose teachers look at them.
"""

import argparse
import json

from tests.benchmarks.load import SCENES, Scene, line, play

SCALED = ("100 learners", "200 learners")


def main() -> None:
    """Run the scenes that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenes", nargs="*", metavar="SCENE", default=list(SCALED), help=", ".join(SCENES))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--hosts", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = {}
    for name in given.scenes:
        scene = Scene.read(name)
        alone = play(scene, given.seconds)
        cluster = play(scene, given.seconds, "--cluster", "local", "--hosts", str(given.hosts))
        results[name] = {"process": alone, "cluster": cluster}
        if not given.json:
            frames = alone["frames_per_second"], cluster["frames_per_second"]
            costs = [
                told["cpu_percent"] / max(told["frames_per_second"] * told["learners"], 1)
                for told in (alone, cluster)
            ]
            print(f"{name}, one process    {line(alone)}")
            print(f"{name}, {given.hosts} hosts        {line(cluster)}")
            print(
                f"  of which {cluster['cpu_percent_of']}; a frame costs {10 * costs[0]:.3f} ms of processor "
            )
            print(f"  time in one process, {10 * costs[1]:.3f} ms in the cluster: {costs[1] / costs[0]:.2f}")
            print(f"  frames a second: {frames[1] / max(frames[0], 0.1):.2f} times", flush=True)
    if given.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
