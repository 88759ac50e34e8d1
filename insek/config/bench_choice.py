"""`insek bench`: which measurement, with which sizes."""

from __future__ import annotations

import argparse


def run_bench(options: argparse.Namespace) -> int:
    """Run the measurement that was named; what it needs is loaded with it."""
    if options.what == "report":
        from insek.config.bench_report import bench_report

        return bench_report()
    if options.what == "tiles":
        from insek.config.bench_tiles import bench_tiles

        return bench_tiles(items=20_000 if options.items == [10_000] else options.items[0])
    if options.what == "writes":
        from insek.config.bench_writes import bench_writes

        return bench_writes(values=options.values, rows=options.rows, items=options.items[0])
    if options.what == "search":
        from insek.config.bench_search import QUESTIONS, bench_search

        size = 50_000 if options.items == [10_000] else options.items[0]
        return bench_search(items=size, questions=options.questions or QUESTIONS, keep=options.keep)
    if options.what == "text":
        from insek.config.bench_classes import bench_classes
        from insek.config.bench_findings import bench_findings
        from insek.config.bench_text import bench_text

        return max(bench_text(options.questions), bench_classes(), bench_findings(with_speed=False))
    if options.what == "check":
        from insek.config.bench_check import bench_check

        return bench_check(options.questions)
    if options.what == "population":
        from insek.config.bench_population import bench_population

        return bench_population(options.questions)
    if options.what == "reach":
        from insek.config.bench_reach import bench_reach

        return bench_reach(options.questions)
    if options.what == "evidence":
        from insek.config.bench_evidence import bench_evidence

        values = 500_000 if options.values == 50_000 else options.values
        return bench_evidence(values=values, keep=options.keep)
    if options.what == "findings":
        from insek.config.bench_findings import bench_findings

        return bench_findings()
    from insek.config.bench_pages import bench_pages

    return bench_pages(
        items=options.items, keep=options.keep, asked=options.requests, clients=options.clients
    )
