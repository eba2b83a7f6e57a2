FROM python:3.11-slim AS build
COPY requirements.txt /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    PORT=8000
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY locale locale
COPY workflows workflows
COPY standards standards
COPY tracker tracker
COPY config config
# Collecting needs settings and no outside world, so it gets values that lead nowhere.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    DATABASE_URL=sqlite:////nowhere/x REDIS_URL=redis://nowhere EMAIL_URL=console: BASE_URL=http://nowhere \
    python manage.py collectstatic --noinput --verbosity 0 \
    && install -d -o 10001 -g 10001 var
USER 10001:10001
EXPOSE 8000
# gunicorn listens on the port that PORT names, on every address.
CMD ["gunicorn", "config.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket"]
